-- Counts a call on KEYS[1] in a window of ARGV[1] ms that begins with its first call; answers the count.
local calls = redis.call('INCR', KEYS[1])
if calls == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return calls
