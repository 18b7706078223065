-- Before every script: KEYS are the session's hash, output stream, files and printer log, all in one slot.

local function now_ms()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function owns(fence)
    local head = redis.call('HMGET', KEYS[1], 'fence', 'owner')
    return head[1] == fence and head[2] and head[2] ~= ''
end

local function keep(ttl_ms)
    for _, key in ipairs(KEYS) do
        redis.call('PEXPIRE', key, ttl_ms)
    end
end

local function damaged(what)
    return redis.error_reply('DAMAGED ' .. what)
end
