-- Adds ARGV[2] on KEYS[1] in a window of ARGV[1] ms that begins with its first call; answers the sum.
local sum = redis.call('INCRBY', KEYS[1], ARGV[2])
if sum == tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return sum
