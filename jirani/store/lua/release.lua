-- Frees those of KEYS that ARGV[1], the owner, holds; answers how many (X8).
local freed = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    freed = freed + redis.call('DEL', key)
  end
end
return freed
