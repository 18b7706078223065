-- Returns {owner, lease left, state, number, unused ms, snapshot, output, files and their bytes}; {} where there is none
local hash = redis.call('HMGET', KEYS[1], 'owner', 'lease', 'state', 'number', 'used', 'out_end', 'files', 'files_bytes')
if redis.call('EXISTS', KEYS[1]) == 0 then
    return {}
end
for place, text in ipairs(hash) do
    if not text or (place ~= 1 and place ~= 3 and not tonumber(text)) then
        return damaged('its numbers are no numbers')
    end
end
local now = now_ms()
return {hash[1], math.max(0, hash[2] - now), hash[3], hash[4], now - hash[5],
    math.max(0, redis.call('HSTRLEN', KEYS[1], 'snapshot') - 4), hash[6], hash[7], hash[8]}
