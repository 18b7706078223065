-- ARGV: fence, ttl_ms, name, kept (0 or 1), bytes, ...
if not owns(ARGV[1]) then
    return 0
end
for place = 3, #ARGV, 3 do
    if ARGV[place + 1] == '1' then
        redis.call('HSET', KEYS[1], 'field:' .. ARGV[place], ARGV[place + 2])
    else
        redis.call('HDEL', KEYS[1], 'field:' .. ARGV[place])
    end
end
redis.call('HSET', KEYS[1], 'used', now_ms())
keep(ARGV[2])
return 1
