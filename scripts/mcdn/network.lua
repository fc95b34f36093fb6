-- Starts the programs of one network, on free ports, and stops them.

local check = require("mcdn.check")
local failure = require("mcdn.failure")
local folder = require("mcdn.folder")
local paths = require("mcdn.paths")
local process = require("process")
local program = require("mcdn.program")
local roles = require("mcdn.roles")
local talk = require("mcdn.talk")
local terminal = require("mcdn.terminal")
local waiting = require("mcdn.waiting")

local network = {}

local Network = {}
Network.__index = Network

local START_S = 15

-- `where` is the folder for its logs and files.
function network.new(where, layout, times)
    folder.make(where)
    return setmetatable({
        folder = where,
        paths = layout,
        times = times,
        programs = {},
        started = 0,
    }, Network)
end

local function defaults(self, settings)
    local full = {
        kind = "ours",
        timeout = self.times.timeout,
        interval = self.times.interval,
        check = self.times.check,
        modules = self.paths.modules,
    }
    for key, value in pairs(settings) do
        full[key] = value
    end
    return full
end

local function command_line(self, role, settings, more)
    local argv = table.move(settings.launcher or {}, 1, #(settings.launcher or {}), 1, {})
    local lists = { paths.command(self.paths, role, settings.kind),
        roles[role].options(settings), more or {}, settings.extra or {} }
    if settings.kind == "base" and roles[role].base_options then
        lists[#lists + 1] = roles[role].base_options(settings)
    end
    for _, list in ipairs(lists) do
        table.move(list, 1, #list, #argv + 1, argv)
    end
    return argv
end

-- A name of its own for each start, for its log.
local function label(self, role, settings)
    self.started = self.started + 1
    local name = settings.id or role
    local kind = settings.kind ~= "ours" and "-" .. settings.kind or ""
    return ("%02d-%s%s"):format(self.started, name, kind)
end

local function is_emulated(self, settings)
    return #self.paths.launcher > 0 and settings.kind == "ours"
end

local function spawn(self, role, settings, more)
    local name = label(self, role, settings)
    local started, problem = program.start({
        name = name,
        argv = command_line(self, role, settings, more),
        log_path = ("%s/%s.log"):format(self.folder, name),
        is_emulated = is_emulated(self, settings),
    })
    if not started then
        failure.raise(problem)
    end
    self.programs[#self.programs + 1] = started
    started.role = role
    started.settings = settings
    return started
end

-- Reads the ports that were said so far; true when none is missing.
local function read_ports(started)
    for field, pattern in pairs(roles[started.role].announces) do
        if not started[field] then
            started[field] = math.tointeger(tonumber(started.log:find(pattern)))
        end
        if not started[field] then
            return false
        end
    end
    return true
end

-- Waits until it said its ports: true, or false if it ended because a port was taken.
local function comes_up(started)
    return waiting.eventually(started.name .. " says its ports", START_S, function()
        if read_ports(started) then
            return "up"
        end
        local code = started:exit_code()
        if code and started.log:text():lower():find("in use", 1, true) then
            return "taken"
        elseif code then
            failure.raise(("%s ended with exit code %d at its start"):format(started.name, code))
        end
        return nil, "its log: " .. started.log:tail(3)
    end) == "up"
end

-- The settings with ports chosen for a base program, which cannot be told to use any.
local function with_ports(role, settings)
    if settings.kind ~= "base" or settings.tcp_port then
        return settings
    end
    return setmetatable(roles[role].base_ports(), { __index = settings })
end

-- Starts a server. A port that somebody took meanwhile is chosen anew, or awaited if it is fixed.
local function start_server(self, role, given)
    local settings = defaults(self, given)
    local deadline = process.now_ms() + waiting.seconds(START_S) * 1000
    repeat
        local started = spawn(self, role, with_ports(role, settings))
        if comes_up(started) then
            started.settings = settings
            started.needed = true
            return started
        end
    until process.now_ms() > deadline
    failure.raise("no port for " .. role)
end

-- Settings: kind ("ours", "other" or "base"), tcp_port, udp_port, timeout, extra (more arguments),
-- launcher (words that go before it).
function Network:monitor(settings)
    return start_server(self, "monitor", settings or {})
end

-- Settings: kind, monitor (anything with a tcp_port), tcp_port, notify_port, extra.
function Network:index(settings)
    return start_server(self, "index", settings)
end

-- Settings: kind, id, files (a folder), index, monitor, tcp_port, udp_port, interval, extra.
function Network:content(settings)
    return start_server(self, "content", settings)
end

-- Starts a stopped server again on its old ports; `changes` are other settings than before.
function Network:restart(old, changes)
    local settings = {}
    for _, source in ipairs({ old.settings, changes or {} }) do
        for key, value in pairs(source) do
            settings[key] = value
        end
    end
    for field in pairs(roles[old.role].announces) do
        settings[field] = (changes or {})[field] or old[field]
    end
    return start_server(self, old.role, settings)
end

-- Starts a client without waiting for it. Settings: kind, index; the rest are its arguments.
function Network:start_client(settings, arguments)
    return spawn(self, "client", defaults(self, settings), arguments)
end

-- Runs a client to its end: its exit code and its output.
function Network:client(settings, arguments, seconds)
    local client = self:start_client(settings, arguments)
    local code = client:wait(seconds or 30)
    return code, client.log:text()
end

-- Starts a client to talk with over pipes. Settings: as above; launcher (words that go before it),
-- clean (as in talk.start).
function Network:interactive(settings, arguments)
    local full = defaults(self, settings)
    local started = talk.start(label(self, "client", full),
        command_line(self, "client", full, arguments), is_emulated(self, full), settings.clean)
    self.programs[#self.programs + 1] = started
    return started
end

-- Starts any program on a terminal so many columns wide, to talk with.
function Network:on_terminal(name, columns, argv)
    local words = terminal.launcher(self.paths, columns)
    table.move(argv, 1, #argv, #words + 1, words)
    local started = talk.start(label(self, name, { kind = "ours" }), words)
    self.programs[#self.programs + 1] = started
    return started
end

-- Runs one of our programs with just these arguments: its exit code and its output.
function Network:run_program(role, arguments, seconds)
    local argv = paths.command(self.paths, role, "ours")
    table.move(arguments, 1, #arguments, #argv + 1, argv)
    local name = label(self, role, { kind = "ours" })
    local started, problem = program.start({
        name = name,
        argv = argv,
        log_path = ("%s/%s.log"):format(self.folder, name),
    })
    if not started then
        failure.raise(problem)
    end
    self.programs[#self.programs + 1] = started
    local code = started:wait(seconds or 20)
    return code, started.log:text()
end

-- A folder of files: { [name] = contents }. Contents: the bytes; a number, for that many that name
-- the file; or { hole = size }, for zeros.
function Network:files(name, contents)
    local path = folder.make(self.folder .. "/" .. name)
    for file, data in pairs(contents) do
        local inner = file:match("^(.*)/")
        if inner then
            folder.make(path .. "/" .. inner)
        end
        if type(data) == "table" then
            folder.write_hole(path .. "/" .. file, data.hole)
        else
            folder.write(path .. "/" .. file,
                type(data) == "number" and folder.bytes(data, file) or data)
        end
    end
    return path
end

-- The first program that ended while it was needed, in words, or nil.
function Network:trouble()
    for _, one in ipairs(self.programs) do
        local trouble = one:trouble()
        if trouble then
            return trouble
        end
    end
    return nil
end

-- Stops what still runs in order; ours exit with 0.
function Network:stop()
    for at = #self.programs, 1, -1 do
        local one = self.programs[at]
        if one.needed and one.settings.kind ~= "base" then
            check.equal(one:stop(), 0, one.name .. ": exit code of an orderly stop")
        end
        one:close()
    end
end

function Network:close()
    for _, one in ipairs(self.programs) do
        one:close()
    end
end

return network
