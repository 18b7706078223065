-- ARGV: start, limit (bytes). Returns {output's end, id, bytes, id, bytes, ...} with so many bytes from start on
local answer = {redis.call('HGET', KEYS[1], 'out_end') or '0'}
local start, limit = math.max(0, ARGV[1]), tonumber(ARGV[2])
local from, last = (start + 1) .. '-0', nil
repeat
    local entries = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 64)
    for _, entry in ipairs(entries) do
        local entry_end = tonumber(string.match(entry[1], '^%d+'))
        last = last or math.max(start, entry_end - #entry[2][2]) + limit
        answer[#answer + 1] = entry[1]
        answer[#answer + 1] = entry[2][2]
        from = '(' .. entry[1]
        if entry_end >= last then
            return answer
        end
    end
until #entries < 64
return answer
