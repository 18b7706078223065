-- ARGV: owner, lease_ms, steal (0 or 1), ttl_ms, format, look (1: change nothing)
-- Returns {owner before, 0, ms left} where it is held; {owner before, fence, oldest output id, its length, hash ...};
-- {} where it was to be looked at and is not there.
local KINDS = {'hash', 'stream', 'hash', 'string'}
for place, key in ipairs(KEYS) do
    local kind = redis.call('TYPE', key).ok
    if kind ~= 'none' and kind ~= KINDS[place] then
        return damaged('the key ' .. key .. ' is a ' .. kind)
    end
end

local found = redis.call('EXISTS', KEYS[1]) == 1
if not found then
    for place = 2, 4 do
        if redis.call('EXISTS', KEYS[place]) == 1 then
            return damaged('the key ' .. KEYS[1] .. ' is missing')
        end
    end
    if ARGV[6] == '1' then
        return {}
    end
    redis.call('HSET', KEYS[1], 'format', ARGV[5], 'fence', 0, 'owner', '', 'lease', 0, 'number', 0, 'state', '',
        'out_end', 0, 'printed', 0, 'files', 0, 'files_bytes', 0)
end

local format = tonumber(redis.call('HGET', KEYS[1], 'format') or '')
if format and format > tonumber(ARGV[5]) then
    return redis.error_reply('NEWER ' .. format)
end
local NUMBERS = {'format', 'fence', 'lease', 'number', 'out_end', 'printed', 'files', 'files_bytes'}
local value = {}
for _, name in ipairs(NUMBERS) do
    local text = redis.call('HGET', KEYS[1], name)
    if not text or not string.find(text, '^%d+$') then
        return damaged('its field ' .. name .. ' is no number')
    end
    value[name] = tonumber(text)
end
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 or redis.call('HEXISTS', KEYS[1], 'state') == 0 then
    return damaged('it has no owner or no state')
end
if redis.call('HLEN', KEYS[3]) ~= value.files then
    return damaged('it has not the files that it had')
end
if redis.call('STRLEN', KEYS[4]) ~= value.printed then
    return damaged('its printer log is not of the length that was written')
end
local first, last = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1],
    redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if (last and last[1] or '0-0') ~= value.out_end .. '-0' or (first and (first[2][1] ~= 'd' or #first[2] ~= 2)) then
    return damaged('its console output does not end where it ended')
end

local now, before = now_ms(), redis.call('HGET', KEYS[1], 'owner')
if ARGV[6] ~= '1' then
    if before ~= '' and before ~= ARGV[1] and value.lease > now and ARGV[3] == '0' then
        return {before, 0, value.lease - now}
    end
    redis.call('HINCRBY', KEYS[1], 'fence', 1)
    redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'lease', now + ARGV[2], 'used', now)
    keep(ARGV[4])
end
return {before, 1, first and first[1] or '0-0', first and #first[2][2] or 0, redis.call('HGETALL', KEYS[1])}
