-- The network of the specification: a monitor, an index and two content servers, CS1 and CS2, with
-- a shared file and files of their own.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local times = require("mcdn.times")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local standard = {}

local Site = {}
Site.__index = Site

function standard.files_of_cs1()
    return { ["sample_cs1.txt"] = 500, ["shared_document.txt"] = 600, ["large_file.bin"] = 256000 }
end

function standard.files_of_cs2()
    return { ["sample_cs2.txt"] = 500, ["shared_document.txt"] = 600 }
end

-- The contents that Network:files gave a file of this name and size.
function standard.contents(name, size)
    return folder.bytes(size, name)
end

-- A network on these programs, some of which may be nil.
function standard.site(net, programs)
    local site = setmetatable({ net = net, kinds = {}, runs = 0 }, Site)
    for key, value in pairs(programs) do
        site[key] = value
    end
    return site
end

-- Starts all four. `options`: kinds = { monitor =, index =, content =, client = }, each "ours"
-- (the default) or "base"; cs1 and cs2: files beyond the usual.
function standard.start(net, options)
    options = options or {}
    local kinds = options.kinds or {}
    local cs1, cs2 = standard.files_of_cs1(), standard.files_of_cs2()
    for name, contents in pairs(options.cs1 or {}) do
        cs1[name] = contents
    end
    for name, contents in pairs(options.cs2 or {}) do
        cs2[name] = contents
    end
    local site = standard.site(net, { kinds = kinds })
    site.cs1_files, site.cs2_files = net:files("CS1", cs1), net:files("CS2", cs2)
    site.monitor = net:monitor({ kind = kinds.monitor })
    site.index = net:index({ kind = kinds.index, monitor = site.monitor })
    site.cs1 = site:content("CS1", site.cs1_files)
    site.cs2 = site:content("CS2", site.cs2_files)
    return site
end

function Site:content(id, files, more)
    local settings = { kind = self.kinds.content, id = id, files = files, index = self.index,
        monitor = self.monitor }
    for key, value in pairs(more or {}) do
        settings[key] = value
    end
    return self.net:content(settings)
end

-- Whether all these ids have this status at a monitor or index; nil and what is there if not.
function standard.have_status(port, ids, status)
    local servers, problem = wire.servers(port)
    if not servers then
        return nil, problem
    end
    for _, id in ipairs(ids) do
        local is = servers[id] and servers[id].status or "unknown"
        if is ~= status then
            return nil, ("%s is %s at port %d"):format(id, is, port)
        end
    end
    return servers
end

-- Whether the index lists these files and sizes; nil and what is missing if not.
function standard.have_files(port, wanted)
    local files, problem = wire.files(port)
    if not files then
        return nil, problem
    end
    for name, size in pairs(wanted) do
        if files[name] ~= size then
            return nil, ("%s: %s, not %d bytes"):format(name, files[name], size)
        end
    end
    return files
end

-- Waits until monitor and index know both content servers as alive and the usual files.
function Site:settles(seconds)
    local ids = { "CS1", "CS2" }
    seconds = seconds or times.until_seen(self.net.times)
    waiting.eventually("the monitor hears both servers", seconds, function()
        return standard.have_status(self.monitor.tcp_port, ids, "alive")
    end)
    waiting.eventually("the index knows both servers", seconds, function()
        return standard.have_status(self.index.tcp_port, ids, "alive")
    end)
    waiting.eventually("the index lists all files", seconds, function()
        local files, problem = standard.have_files(self.index.tcp_port, standard.files_of_cs1())
        if not files then
            return nil, problem
        end
        return standard.have_files(self.index.tcp_port, standard.files_of_cs2())
    end)
end

-- Waits until a server's death (or life) is known at the monitor and at the index.
function Site:waits_until(id, status)
    local seconds = times.until_dead(self.net.times)
    for _, place in ipairs({ self.monitor, self.index }) do
        waiting.eventually(("%s is %s at %s"):format(id, status, place.name), seconds, function()
            return standard.have_status(place.tcp_port, { id }, status)
        end)
    end
end

-- Waits until asking the index brings what fn wants: fn gets the place and the answer.
function Site:waits_for_place(what, name, fn)
    local seconds = times.until_dead(self.net.times)
    return waiting.eventually(what, seconds, function()
        local place, answer = wire.locate(self.index.tcp_port, name)
        return fn(place, answer), place and place.id or answer
    end)
end

-- Runs the client into a folder of its own: exit code, output, folder.
function Site:client(...)
    self.runs = self.runs + 1
    local out = folder.make(("%s/downloads-%d"):format(self.net.folder, self.runs))
    local arguments = table.pack("--output-dir", out, ...)
    local code, text = self.net:client({ kind = self.kinds.client, index = self.index },
        arguments)
    return code, text, out
end

-- Downloads a file of the usual contents and compares its bytes; returns the client's output.
function Site:downloads(name, size)
    local code, text, out = self:client(name)
    check.equal(code, 0, "exit code of a download of " .. name)
    check.same_bytes(folder.read(out .. "/" .. name), standard.contents(name, size), name)
    check.equal(folder.names(out), name, "files in the output folder")
    return text
end

-- A download that must fail, leaving nothing behind; returns the client's output.
function Site:fails_to_download(name)
    local code, text, out = self:client(name)
    check.equal(code, 1, "exit code of a download of " .. name)
    check.equal(folder.names(out), "", "files in the output folder")
    return text
end

return standard
