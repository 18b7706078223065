-- ARGV: fence, number, state, has_snapshot (0 or 1), snapshot, out_start, output, printer, lease_ms, ttl_ms,
--       output_kept, printer_limit, printer_kept, count of taken, view, number ..., name, kept (0 or 1), bytes, ...
local head = redis.call('HMGET', KEYS[1], 'fence', 'owner', 'number', 'out_end', 'printed', 'files_bytes')
if head[1] ~= ARGV[1] or not head[2] or head[2] == '' then
    return 'stale'
end
local number, out_end, printed = tonumber(head[3]), tonumber(head[4]), tonumber(head[5])
local files_bytes = tonumber(head[6])
if not (number and out_end and printed and files_bytes) then
    return damaged('its numbers are no numbers')
end
local now, lease = now_ms(), tonumber(ARGV[9])
if number == tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[1], 'lease', now + lease, 'used', now)
    keep(ARGV[10])
    return 'duplicate'
end
if number + 1 ~= tonumber(ARGV[2]) or out_end ~= tonumber(ARGV[6]) then
    return 'gap'
end

local first_file = 15 + 2 * ARGV[14]
local KINDS = {'hash', 'stream', 'hash', 'string'}
for place, used in ipairs({false, #ARGV[7] > 0, #ARGV >= first_file, #ARGV[8] > 0}) do
    local kind = used and redis.call('TYPE', KEYS[place]).ok or 'none'
    if kind ~= 'none' and kind ~= KINDS[place] then
        return damaged('the key ' .. KEYS[place] .. ' is a ' .. kind)
    end
end

if #ARGV[7] > 0 then
    out_end = out_end + #ARGV[7]
    local oldest = math.max(0, out_end - ARGV[11] + 1)
    local added = redis.pcall('XADD', KEYS[2], 'MINID', '~', oldest .. '-0', out_end .. '-0', 'd', ARGV[7])
    if type(added) == 'table' and added.err then
        if string.find(added.err, 'XADD') then
            return damaged('its console output does not end where it ended')
        end
        return added
    end
end
for place = first_file, #ARGV, 3 do
    files_bytes = files_bytes - math.max(0, redis.call('HSTRLEN', KEYS[3], ARGV[place]) - 4)
    if ARGV[place + 1] == '1' then
        redis.call('HSET', KEYS[3], ARGV[place], ARGV[place + 2])
        files_bytes = files_bytes + #ARGV[place + 2] - 4
    else
        redis.call('HDEL', KEYS[3], ARGV[place])
    end
end
if #ARGV[8] > 0 then
    printed = redis.call('APPEND', KEYS[4], ARGV[8])
    if printed > tonumber(ARGV[12]) then
        redis.call('SET', KEYS[4], redis.call('GETRANGE', KEYS[4], -ARGV[13], -1))
        printed = tonumber(ARGV[13])
    end
    redis.call('HSET', KEYS[1], 'printed', printed)
end
for place = 15, first_file - 1, 2 do
    if tonumber(ARGV[place + 1]) < 0 then
        redis.call('HDEL', KEYS[1], 'taken:' .. ARGV[place])
    else
        redis.call('HSET', KEYS[1], 'taken:' .. ARGV[place], ARGV[place + 1])
    end
end
if #ARGV >= first_file then
    redis.call('HSET', KEYS[1], 'files', redis.call('HLEN', KEYS[3]), 'files_bytes', files_bytes)
end
if ARGV[4] == '1' then
    redis.call('HSET', KEYS[1], 'snapshot', ARGV[5])
end
redis.call('HSET', KEYS[1], 'number', ARGV[2], 'state', ARGV[3], 'out_end', out_end, 'lease', now + lease, 'used', now)
keep(ARGV[10])
return 'ok'
