-- A network for downloads from sources that may be faulty: an index, content servers that it does
-- not know, and doors of the proxy in front of them, by which every byte is counted.

local big = require("mcdn.big")
local check = require("mcdn.check")
local folder = require("mcdn.folder")
local peers = require("mcdn.peers")
local proxy = require("mcdn.proxy")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local downloads = {}

local Site = {}
Site.__index = Site

downloads.MIB = 1024 * 1024
downloads.CHUNK = 4 * downloads.MIB

local NOWHERE = { tcp_port = 1, udp_port = 1 } -- where nobody answers
local HASH_S = 20

local function start_index(net, kind, monitor)
    if kind == "lua" then
        return peers.index(net)
    end
    return net:index({ kind = kind, monitor = monitor or NOWHERE })
end

-- `options`: index = "ours" (the default), "base" or "lua" (extensions, but not ours); monitor =
-- true for one.
function downloads.start(test, name, options)
    options = options or {}
    local net = test:network(name)
    local self = setmetatable({ net = net, runs = 0 }, Site)
    self.monitor = options.monitor and net:monitor()
    self.index = start_index(net, options.index or "ours", self.monitor)
    self.proxy = proxy.start(net)
    self.out = folder.make(net.folder .. "/out")
    return self
end

-- A folder with one big file in it: { name =, path =, size =, sha256 =, folder = }.
function Site:make_file(folder_name, name, size, seed)
    local path = folder.make(self.net.folder .. "/" .. folder_name)
    local file = big.write(path .. "/" .. name, size, seed or name)
    file.folder = path
    return file
end

local function waits_for_chunks(upstream, file)
    waiting.eventually("the chunks' hashes of " .. file.name, HASH_S, function()
        local line = wire.ask(upstream.tcp_port, "CHUNKS " .. file.name)
        return line and line:find("^CHUNKS "), line
    end)
end

-- A content server that serves a file's folder and that no index knows. kind: "ours" (the default),
-- "base" or "lua". Ours and Lua's have hashed the file when this returns.
function Site:serves(file, kind)
    local upstream
    if kind == "lua" then
        upstream = peers.content(self.net, "hidden", file.folder)
    else
        upstream = self.net:content({ kind = kind, id = "hidden", files = file.folder,
            index = NOWHERE, monitor = NOWHERE })
    end
    if kind ~= "base" then
        waits_for_chunks(upstream, file)
    end
    return upstream
end

-- A door in front of this server, registered with this file. `hash` says which SHA-256 it claims:
-- the file's own by default, false for none.
function Site:door(id, upstream, file, hash)
    local door = self.proxy:door(id, upstream.tcp_port)
    if hash == nil then
        hash = file.sha256
    end
    door:file(file.name, file.size, hash or nil)
    door:registers(self.index)
    return door
end

-- The usual: one server of ours, and doors P1, P2, ... in front of it, as self.p1, self.p2, ...
function Site:serves_by_doors(file, count, kind)
    self.upstream = self:serves(file, kind)
    for at = 1, count do
        self["p" .. at] = self:door("P" .. at, self.upstream, file, kind ~= "base" and nil)
    end
    return file
end

-- A new output folder, and no faults, limits and counts any more.
function Site:fresh()
    self.runs = self.runs + 1
    self.out = folder.make(("%s/out-%d"):format(self.net.folder, self.runs))
    self.proxy:heal()
end

-- Starts the client into the output folder; `arguments` are files and options.
function Site:start_client(...)
    local settings = { index = self.index, launcher = self.launcher }
    local arguments = table.pack("--output-dir", self.out, ...)
    arguments.n = nil
    return self.net:start_client(settings, arguments)
end

-- kill -9. Then no door sends to it any more, which would be counted as if the next client got it.
function Site:kill_client(client)
    client:kill()
    self.proxy:buries_clients()
end

-- Runs it to its end: exit code, output.
function Site:download(...)
    local client = self:start_client(...)
    local code = client:wait(60)
    local text = client.log:text()
    check.lacks(text, "Sanitizer", "the client's output") -- which ends it with 1, as failures do
    return code, text
end

-- Checks that the file, and nothing else, is in the output folder.
function Site:has(file)
    check.equal(folder.names(self.out), file.name, "files in the output folder")
    big.check_same(self.out .. "/" .. file.name, file)
end

-- Checks that the final name is not there; what may be there is the client's part and its journal.
function Site:has_only_part(file)
    for _, entry in ipairs(folder.list(self.out)) do
        check.equal(entry.name:sub(1, #file.name), file.name, "files in the output folder")
        local ending = entry.name:sub(#file.name + 1)
        check.truthy(ending == ".mcdn-part" or ending == ".mcdn-journal",
            entry.name .. " is a part or a journal")
    end
    return folder.exists(self.out .. "/" .. file.name .. ".mcdn-part")
end

-- Checks how many bytes were sent more than once.
function Site:sent_again_at_most(bytes, what)
    check.at_most(self.proxy:sent_again(), bytes,
        (what and what .. ": " or "") .. "bytes that were sent more than once")
end

-- Runs the client and checks that it succeeds with the whole file; returns its output.
function Site:downloads(file, ...)
    local code, text = self:download(file.name, ...)
    check.equal(code, 0, "exit code")
    self:has(file)
    return text
end

-- Runs the client and checks that it fails and leaves nothing under the final name; returns its
-- output and whether there is a part.
function Site:fails_to_download(file, ...)
    local code, text = self:download(file.name, ...)
    check.equal(code, 1, "exit code")
    return text, self:has_only_part(file)
end

function Site:stop()
    self.net:stop()
end

return downloads
