-- ARGV: fence, ttl_ms
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'owner', '', 'lease', 0, 'used', now_ms())
keep(ARGV[2])
return 1
