-- Takes all keys for one owner, or none.
-- KEYS: the first group's, then the second's. ARGV: owner, life in ms, number of keys in the first.
-- Answers 0 taken, 1 or 2 the group in which somebody else stands.
-- Already mine is success, as a client may send a call again after a lost answer.
local owner, life, first = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local new = {}
for i, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if holder == false then
    redis.call('SET', key, owner, 'PX', life)
    new[#new + 1] = key
  elseif holder == owner then
    if redis.call('PTTL', key) < life then
      redis.call('PEXPIRE', key, life)
    end
  else
    if #new > 0 then
      redis.call('DEL', unpack(new))
    end
    return i <= first and 1 or 2
  end
end
return 0
