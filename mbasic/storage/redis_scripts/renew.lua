-- ARGV: fence, lease_ms, ttl_ms
if not owns(ARGV[1]) then
    return 0
end
local now = now_ms()
redis.call('HSET', KEYS[1], 'lease', now + ARGV[2], 'used', now)
keep(ARGV[3])
return 1
