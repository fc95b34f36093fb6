-- SHA-256 of strings and files.

local hash = require("process.hash")

local sums = {}

local BLOCK = 1024 * 1024

sums.CHUNK_SIZE = 4194304

-- 64 hexadecimal digits.
function sums.of(data)
    local hasher = assert(hash.new())
    hasher:add(data)
    return assert(hasher:take())
end

-- A file's, and its chunks' in a list; nil and why if it cannot be read.
function sums.of_file(path)
    local file, problem = io.open(path, "rb")
    if not file then
        return nil, problem
    end
    local whole, part = assert(hash.new()), assert(hash.new())
    local chunks, filled = {}, 0
    for block in file:lines(BLOCK) do
        whole:add(block)
        part:add(block)
        filled = filled + #block
        if filled == sums.CHUNK_SIZE then
            chunks[#chunks + 1] = assert(part:take())
            filled = 0
        end
    end
    file:close()
    if filled > 0 then
        chunks[#chunks + 1] = assert(part:take())
    end
    return assert(whole:take()), chunks
end

return sums
