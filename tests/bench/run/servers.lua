-- Our servers, and the peers, each started on free ports with settings that do it justice.

local folder = require("process.folder")
local ports = require("mcdn.ports")
local program = require("mcdn.program")
local socket = require("socket")

local servers = {}

local START_S, HASHED_S = 20, 120
local LOG_KEPT = 16 * 1024 * 1024 -- bytes; a log of each lookup fills a disk

local Servers = {}
Servers.__index = Servers

-- `layout` has bin, tools (both folders of programs) and work (a folder for logs and files).
-- Without peers, those that are asked for are nil.
function servers.new(layout, without_peers)
    return setmetatable({ layout = layout, without_peers = without_peers, running = {}, count = 0 },
        Servers)
end

local function answers(port)
    local connection = socket.tcp()
    local fine = connection:connect("127.0.0.1", port)
    connection:close()
    return fine ~= nil
end

local function wait_for(child, port)
    local deadline = socket.gettime() + START_S
    while not answers(port) do
        if child:exit_code() or socket.gettime() > deadline then
            error(("%s does not start:\n%s"):format(child.name, child:tail(20)), 0)
        end
        socket.sleep(0.01)
    end
end

-- Ends in order what has children of its own, which would outlive it; the others at once.
local function stop(child)
    if child.name == "nginx" then
        pcall(child.stop, child)
    end
    child:close()
    if child.log:mark() > LOG_KEPT then
        os.remove(child.log.path)
    end
end

-- Starts argv and waits until it listens on the port, unless options.unwaited.
function Servers:start(name, argv, port, options)
    self.count = self.count + 1
    local log_path = ("%s/%02d-%s.log"):format(self.layout.work, self.count, name)
    local child, problem = program.start({ name = name, argv = argv, log_path = log_path })
    if not child then
        error(problem, 0)
    end
    child.port = port
    child.pid = child.child:pid()
    self.running[child] = true
    if not options or not options.unwaited then
        wait_for(child, port)
    end
    return child
end

function Servers:stop(child)
    if child and self.running[child] then
        self.running[child] = nil
        stop(child)
    end
end

function Servers:stop_all()
    for child in pairs(self.running) do
        stop(child)
    end
    self.running = {}
end

local function words(...)
    local list = {}
    for _, value in ipairs({ ... }) do
        list[#list + 1] = tostring(value)
    end
    return list
end

-- The index without a monitor: nobody dies. options: level.
function Servers:index(options)
    local first = ports.row(3)
    return self:start("index", words(self.layout.bin .. "/mcdn-index", "--tcp-port", first,
        "--notify-port", first + 1, "--monitor-port", first + 2,
        "--log-level", options and options.level or "warn"), first)
end

-- options: level, timeout (seconds).
function Servers:monitor(options)
    local first = ports.row(2)
    local child = self:start("monitor", words(self.layout.bin .. "/mcdn-monitor", "--tcp-port",
        first, "--udp-port", first + 1, "--heartbeat-timeout", options.timeout or 8,
        "--log-level", options.level or "warn"), first)
    child.udp_port = first + 1
    return child
end

-- A content server of this folder. options: level, id, unwaited.
function Servers:content(files, index, options)
    local first = ports.row(3)
    options = options or {}
    return self:start("content", words(self.layout.bin .. "/mcdn-content", "--id",
        options.id or "CS1", "--tcp-port", first, "--udp-port", 0, "--files-dir", files,
        "--index-port", index.port, "--monitor-udp-port", first + 1,
        "--log-level", options.level or "warn"), first, options)
end

-- Waits until the index shows this content server alive.
function Servers:wait_listed(index, id)
    local connection = assert(socket.connect("127.0.0.1", index.port))
    connection:settimeout(START_S)
    local deadline = socket.gettime() + START_S
    local listed = false
    repeat
        assert(socket.gettime() < deadline, id .. " does not register")
        socket.sleep(0.002)
        assert(connection:send("LIST_SERVERS\n"))
        repeat
            local line = assert(connection:receive("*l"))
            listed = listed or line:find("^SERVER " .. id .. " .* alive$") ~= nil
        until line == "END"
    until listed
    connection:close()
end

-- Waits until a content server has hashed its first `count` files, which it does in the background
-- and which would be measured with what comes next.
function Servers:wait_hashed(content, count)
    local connection = assert(socket.connect("127.0.0.1", content.port))
    connection:settimeout(START_S)
    local number, deadline = 0, socket.gettime() + HASHED_S
    while number < count do
        assert(connection:send(("STAT d%03d/file-%08d.bin\n"):format(number % 1000, number)))
        local hash = assert(connection:receive("*l")):match("^STAT %d+ (%S+)")
        if hash and hash ~= "-" then
            number = number + 1
        else
            assert(socket.gettime() < deadline, "files are not hashed")
            socket.sleep(0.05)
        end
    end
    connection:close()
end

-- A content server of the base protocol, which the caller registers.
function Servers:plain(files)
    local port = ports.one()
    return self:start("plain", words(self.layout.tools .. "/mcdn-bench", "plain", "--port", port,
        "--files-dir", files), port)
end

-- Registers one file of a server with the index, as that would; without its hash when that is nil.
-- It stays for as long as the connection that is returned is open.
function Servers:register(index, id, port, file)
    local connection = assert(socket.connect("127.0.0.1", index.port))
    assert(connection:send(("REGISTER %s %d 1\n"):format(id, port)))
    assert(connection:receive("*l") == "OK REGISTERED")
    assert(connection:send(("ADD_FILE %s %s %d\n"):format(id, file.name, file.size)))
    if file.hash then
        assert(connection:send(("FILE_HASH %s %s %s\n"):format(id, file.hash, file.name)))
    end
    assert(connection:send("DONE_FILES\n"))
    assert(connection:receive("*l") == "OK FILES_ADDED")
    return connection
end

function Servers:bare_loop(line)
    local port = ports.one()
    return self:start("bare-loop", words(self.layout.tools .. "/mcdn-bare-loop", port, 2, line),
        port)
end

function Servers:redis()
    if self.without_peers then
        return nil
    end
    local port = ports.one()
    return self:start("redis", words("redis-server", "--port", port, "--bind", "127.0.0.1",
        "--save", "", "--appendonly", "no", "--dir", self.layout.work), port)
end

local NGINX = [[
daemon off;
%s
worker_processes 2;
worker_rlimit_nofile 20000;
pid %s/nginx.pid;
error_log %s/nginx-error.log;
events { worker_connections 15000; }
http {
    access_log off;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    open_file_cache max=20000 inactive=600s;
    open_file_cache_valid 60s;
    client_body_temp_path %s/nginx-temp;
    proxy_temp_path %s/nginx-temp;
    fastcgi_temp_path %s/nginx-temp;
    uwsgi_temp_path %s/nginx-temp;
    scgi_temp_path %s/nginx-temp;
    server { listen 127.0.0.1:%d backlog=4096; root "%s"; }
}
]]

local function is_root()
    local pipe = io.popen("id -u")
    local id = pipe:read("l")
    pipe:close()
    return id == "0"
end

function Servers:nginx(files)
    if self.without_peers then
        return nil
    end
    local port, work = ports.one(), ("%s/nginx-%d"):format(self.layout.work, self.count)
    assert(folder.make(work))
    local file = assert(io.open(work .. "/nginx.conf", "w"))
    -- As root its workers would change to a user who may not read our folder.
    file:write(NGINX:format(is_root() and "user root;" or "", work, work, work, work, work, work,
        work, port, files))
    file:close()
    return self:start("nginx", words("nginx", "-p", work, "-e", work .. "/nginx-error.log", "-c",
        work .. "/nginx.conf"), port)
end

return servers
