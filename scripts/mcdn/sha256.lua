-- SHA-256 (FIPS 180-4) of short strings, to compare what the programs say with. About 1 MB/s.

local PRIMES = {}

-- The first 32 bits of a prime's root's fraction: the constants of the algorithm.
local function fraction(x)
    return math.floor((x - math.floor(x)) * 4294967296)
end

local function is_prime(n)
    for divisor = 2, math.floor(math.sqrt(n)) do
        if n % divisor == 0 then
            return false
        end
    end
    return true
end

for n = 2, 311 do
    if is_prime(n) then
        PRIMES[#PRIMES + 1] = n
    end
end

local K, START = {}, {}
for at, prime in ipairs(PRIMES) do
    K[at] = fraction(prime ^ (1 / 3))
    if at <= 8 then
        START[at] = fraction(prime ^ 0.5)
    end
end

local function rotate(x, by)
    return (x >> by | x << (32 - by)) & 0xffffffff
end

local function expand(block, at)
    local w = table.pack(string.unpack(">" .. ("I4"):rep(16), block, at))
    for i = 17, 64 do
        local a, b = w[i - 15], w[i - 2]
        local s0 = rotate(a, 7) ~ rotate(a, 18) ~ a >> 3
        local s1 = rotate(b, 17) ~ rotate(b, 19) ~ b >> 10
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & 0xffffffff
    end
    return w
end

local function compress(state, w)
    local a, b, c, d, e, f, g, h = table.unpack(state)
    for i = 1, 64 do
        local s1 = rotate(e, 6) ~ rotate(e, 11) ~ rotate(e, 25)
        local t1 = h + s1 + (e & f ~ ~e & g) + K[i] + w[i]
        local s0 = rotate(a, 2) ~ rotate(a, 13) ~ rotate(a, 22)
        local t2 = s0 + (a & b ~ a & c ~ b & c)
        h, g, f, e, d, c, b, a = g, f, e, (d + t1) & 0xffffffff, c, b, a, (t1 + t2) & 0xffffffff
    end
    for i, value in ipairs({ a, b, c, d, e, f, g, h }) do
        state[i] = (state[i] + value) & 0xffffffff
    end
end

-- 64 lower-case hexadecimal digits.
local function sha256(data)
    local padded = data .. "\x80" .. ("\0"):rep((55 - #data) % 64) .. string.pack(">I8", #data * 8)
    local state = table.move(START, 1, 8, 1, {})
    for at = 1, #padded, 64 do
        compress(state, expand(padded, at))
    end
    return ("%08x"):rep(8):format(table.unpack(state))
end

return sha256
