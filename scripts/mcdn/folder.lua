-- Folders and files of a run.

local native = require("process.folder")

local folder = {}

local on_windows = package.config:sub(1, 1) == "\\"

local function backslashes(path)
    return (path:gsub("/", "\\"))
end

local function must(result, problem)
    if not result then
        error(problem, 3)
    end
    return result
end

function folder.make(path)
    must(native.make(path))
    return path
end

-- { name =, kind =, size = } of each entry, sorted by name.
function folder.list(path)
    local entries = must(native.list(path))
    table.sort(entries, function(a, b) return a.name < b.name end)
    return entries
end

-- The names alone, with ", " between them.
function folder.names(path)
    local names = {}
    for at, entry in ipairs(folder.list(path)) do
        names[at] = entry.name
    end
    return table.concat(names, ", ")
end

function folder.exists(path)
    local file = io.open(path, "rb")
    if file then
        file:close()
    end
    return file ~= nil
end

function folder.read(path)
    local file = io.open(path, "rb")
    if not file then
        return nil
    end
    local data = file:read("a")
    file:close()
    return data
end

function folder.write(path, data)
    local file = must(io.open(path, "wb"))
    file:write(data)
    must(file:close())
end

function folder.append(path, data)
    local file = must(io.open(path, "ab"))
    file:write(data)
    must(file:close())
end

-- A file of this size full of zeros, which takes no room on most disks.
function folder.write_hole(path, size)
    local file = must(io.open(path, "wb"))
    must(file:seek("set", size - 1))
    file:write("\0")
    must(file:close())
end

-- Renames a file, also over another one, which C's rename() refuses on Windows.
function folder.replace(from, to)
    if on_windows then
        must(os.execute(('move /y "%s" "%s" >nul'):format(backslashes(from), backslashes(to))))
    else
        must(os.rename(from, to))
    end
end

-- Bytes that differ from place to place and with the seed, so that a mixed-up piece shows.
function folder.bytes(size, seed)
    local parts = {}
    local have = 0
    local at = 0
    while have < size do
        local part = ("%s line %d of a file for testing\n"):format(seed, at)
        parts[#parts + 1] = part
        have = have + #part
        at = at + 1
    end
    return table.concat(parts):sub(1, size)
end

-- Removes it and all below; links are removed, never followed.
function folder.remove(path)
    for _, entry in ipairs(native.list(path) or {}) do
        local inner = path .. "/" .. entry.name
        if entry.kind == "folder" then
            folder.remove(inner)
        else
            os.remove(inner)
        end
    end
    if not os.remove(path) and on_windows then
        os.execute('rmdir "' .. backslashes(path) .. '"') -- C's remove() takes files only there
    end
end

-- A new folder for a run.
function folder.temporary()
    local base = os.getenv("TMPDIR") or os.getenv("TEMP") or "/tmp"
    for _ = 1, 100 do
        local path = ("%s/mcdn-%d-%06d"):format(base, os.time(), math.random(0, 999999))
        if not native.list(path) then
            return folder.make(path)
        end
    end
    error("no temporary folder can be made in " .. base)
end

return folder
