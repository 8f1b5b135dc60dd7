-- Takes all keys for one owner, or none (X8).
-- KEYS: the first group's, then the second's.
-- ARGV: owner, life in ms, number of keys in the first, another owner who makes room for this one.
-- Answers 0 taken, 1 or 2 the group in which somebody else stands.
-- Already mine is success, as a client may send a call again after a lost answer.
local owner, life, first, also = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local holders = redis.call('MGET', unpack(KEYS))
for i, holder in ipairs(holders) do
  if holder and holder ~= owner and holder ~= also then
    return i <= first and 1 or 2
  end
end
for i, key in ipairs(KEYS) do
  if not holders[i] then
    redis.call('SET', key, owner, 'PX', life)
  elseif holders[i] == owner and redis.call('PTTL', key) < life then
    redis.call('PEXPIRE', key, life)
  end
end
return 0
