-- Small files that the content server keeps in memory: whoever asks gets what is in the folder,
-- however it came there, within moments.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local process = require("process")
local special = require("mcdn.special")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local NAME = "pool/kept.txt"
local SETTLED_MS = 3500 -- a file that was written to less long ago is not kept
local NOTICED_S = 5
local NOT_FOUND = "ERROR FILE_NOT_FOUND"

-- Several connections, so that each of the server's threads has some.
local function connect(site)
    local connections = {}
    for at = 1, 6 do
        connections[at] = check.truthy(wire.connect(site.cs1.tcp_port))
    end
    return connections
end

-- A file's contents, or the answer that is none.
local function get(connection, request)
    local line = check.truthy(connection:ask(request))
    local size = line:match("^OK (%d+)$")
    if not size then
        return line
    end
    return check.truthy(connection:bytes(tonumber(size)))
end

-- Asks on each connection, twice, so that all have it in memory if they may.
local function all_get(connections, request, expected)
    for _, connection in ipairs(connections) do
        for _ = 1, 2 do
            local got = get(connection, request)
            if got ~= expected then
                return false, got
            end
        end
    end
    return true
end

local function becomes(connections, expected, what)
    waiting.eventually(what, NOTICED_S, function()
        return all_get(connections, "GET " .. NAME, expected)
    end)
end

-- Puts a file there and waits until it is kept.
local function keep(site, connections, contents)
    folder.write(site.cs1_files .. "/" .. NAME, contents)
    local begin = process.now_ms()
    waiting.eventually("the file is old enough to be kept", 2 * SETTLED_MS / 1000, function()
        return process.now_ms() - begin > SETTLED_MS
    end)
    becomes(connections, contents, "the file is kept")
end

local function check_parts(connections)
    local contents = "0123456789"
    for offset = 0, 10 do
        for length = 0, 11 do
            local request = ("GET_RANGE %d %d %s"):format(offset, length, NAME)
            check.truthy(all_get(connections, request, contents:sub(offset + 1, offset + length)))
        end
    end
    check.truthy(all_get(connections, "GET_RANGE 11 0 " .. NAME, "ERROR INVALID_RANGE"))
end

local function check_changes(site, connections)
    local path = site.cs1_files .. "/" .. NAME
    folder.write(path, "9876543210")
    becomes(connections, "9876543210", "other contents of the same size")
    keep(site, connections, "kept again")
    folder.write(site.cs1_files .. "/.new", "replaced")
    folder.replace(site.cs1_files .. "/.new", path)
    becomes(connections, "replaced", "another file under the name")
    keep(site, connections, "a third time")
    os.remove(path)
    waiting.eventually("the index does not list it any more", NOTICED_S, function()
        local files = wire.files(site.index.tcp_port)
        return files and not files[NAME]
    end)
    check.truthy(all_get(connections, "GET " .. NAME, NOT_FOUND))
end

-- A link that leads to the very same file: nothing is served through links.
local function check_link(test, site, connections)
    keep(site, connections, "behind a link")
    check.truthy(os.rename(site.cs1_files .. "/pool", site.net.folder .. "/elsewhere"))
    becomes(connections, NOT_FOUND, "the folder is gone")
    if not special.link(site.net.folder .. "/elsewhere", site.cs1_files .. "/pool") then
        test:skip("links", "there are none here")
        return
    end
    check.truthy(all_get(connections, "GET " .. NAME, NOT_FOUND))
end

return function(test)
    local site = standard.start(test:network(), { cs1 = { [NAME] = "0123456789" } })
    site:settles()
    local connections = connect(site)
    keep(site, connections, "0123456789")
    check_parts(connections)
    check_changes(site, connections)
    check_link(test, site, connections)
end
