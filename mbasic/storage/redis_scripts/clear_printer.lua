-- ARGV: fence
if not owns(ARGV[1]) then
    return 0
end
redis.call('DEL', KEYS[4])
redis.call('HSET', KEYS[1], 'printed', 0)
return 1
