-- Files of many megabytes whose bytes tell their place and their seed, written and compared without
-- keeping them in memory.

local check = require("mcdn.check")
local sums = require("mcdn.sums")

local big = {}

local BLOCK = 65536
local HEAD = 24
local STEP = 4 * 1024 * 1024

-- Bytes without order, from a seed: the same block for the whole file, except for its first bytes.
local function noise(seed)
    local state = 88172645463325252
    for byte in seed:gmatch(".") do
        state = state * 31 + byte:byte()
    end
    local words = {}
    for at = 1, (BLOCK - HEAD) // 8 do
        state = state ~ (state << 13)
        state = state ~ (state >> 7)
        state = state ~ (state << 17)
        words[at] = string.pack("<i8", state)
    end
    return table.concat(words)
end

-- Writes a file; returns { name =, path =, size =, sha256 = }.
function big.write(path, size, seed)
    local body = noise(seed)
    local file = assert(io.open(path, "wb"))
    local left, number = size, 0
    while left > 0 do
        local block = ("%023d\n"):format(number) .. body
        file:write(left < BLOCK and block:sub(1, left) or block)
        left = left - math.min(left, BLOCK)
        number = number + 1
    end
    assert(file:close())
    return { name = path:match("[^/]+$"), path = path, size = size,
        sha256 = (assert(sums.of_file(path))) }
end

local function size_of(file)
    return file and file:seek("end")
end

-- Checks that the file at `path` is the one that was written, byte by byte.
function big.check_same(path, written)
    local file = io.open(path, "rb")
    check.truthy(file, path .. " is there")
    check.equal(size_of(file), written.size, path .. ": bytes")
    file:seek("set")
    local other = assert(io.open(written.path, "rb"))
    local at = 0
    repeat
        local data = file:read(STEP)
        if data ~= other:read(STEP) then
            check.equal(nil, written.path, ("%s differs within the %d bytes from %d on"):format(
                path, STEP, at))
        end
        at = at + STEP
    until not data
    file:close()
    other:close()
end

return big
