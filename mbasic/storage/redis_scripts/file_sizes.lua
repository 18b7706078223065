-- Returns {name, stored length, ...}
local answer = {}
for _, name in ipairs(redis.call('HKEYS', KEYS[3])) do
    answer[#answer + 1] = name
    answer[#answer + 1] = redis.call('HSTRLEN', KEYS[3], name)
end
return answer
