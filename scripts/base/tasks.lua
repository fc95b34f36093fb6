-- Tasks that wait side by side on one thread, where the original has a thread for each.

local common = require("common")
local socket = require("socket")

local tasks = {}

local running = {}

function tasks.spawn(fn, ...)
    local thread = coroutine.create(fn)
    running[#running + 1] = { thread = thread, arguments = table.pack(...) }
end

local function wait(want, handle, seconds)
    return coroutine.yield(want, handle, seconds and socket.gettime() + seconds)
end

function tasks.sleep(seconds)
    wait("time", nil, seconds)
end

-- true, or false when the seconds were over first.
function tasks.readable(handle, seconds)
    return wait("read", handle, seconds)
end

-- Python's recv(size): what is there, at least one byte; "" at the end; nil when the time is over.
function tasks.recv(handle, size, seconds)
    if not tasks.readable(handle, seconds) then
        return nil
    end
    handle:settimeout(0)
    local data, problem, partial = handle:receive(size)
    data = data or partial
    if data == "" and problem == "timeout" then
        return nil
    end
    return data
end

-- Python's sendall; false when the peer is gone.
function tasks.send_all(handle, data)
    handle:settimeout(0)
    local from = 1
    while from <= #data do
        local last, problem, partial = handle:send(data, from)
        if problem and problem ~= "timeout" then
            return false
        end
        from = (last or partial) + 1
        if from <= #data then
            wait("write", handle)
        end
    end
    return true
end

function tasks.accept(listener)
    repeat
        wait("read", listener)
        listener:settimeout(0)
        local handle = listener:accept()
        if handle then
            return handle
        end
    until false
end

-- A blocking connect: everything here is on this machine, where the answer comes at once.
function tasks.connect(host, port)
    local handle = socket.tcp4()
    handle:settimeout(5)
    if handle:connect(common.ip(host), port) then
        return handle
    end
    handle:close()
    return nil
end

local function listen(port)
    local listener = socket.tcp4()
    listener:setoption("reuseaddr", true)
    if listener:bind("0.0.0.0", port) and listener:listen(64) then
        return listener
    end
    io.stderr:write("cannot listen on port ", port, ": address in use\n")
    os.exit(1)
end

tasks.listen = listen

local function step(task, result)
    local arguments = task.arguments or { result, n = 1 }
    task.arguments = nil
    local fine, want, handle, deadline =
        coroutine.resume(task.thread, table.unpack(arguments, 1, arguments.n))
    if not fine then
        io.stderr:write(debug.traceback(task.thread, tostring(want)), "\n")
    end
    task.want, task.handle, task.deadline = want, handle, deadline
    return coroutine.status(task.thread) ~= "dead"
end

-- The sockets that are waited for, and for how long at most.
local function collect()
    local reads, writes, nearest = {}, {}, nil
    for _, task in ipairs(running) do
        if task.arguments then
            nearest = 0
        elseif task.want == "read" then
            reads[#reads + 1] = task.handle
        elseif task.want == "write" then
            writes[#writes + 1] = task.handle
        end
        if task.deadline and (not nearest or task.deadline < nearest) then
            nearest = task.deadline
        end
    end
    return reads, writes, nearest and math.max(0, nearest - socket.gettime())
end

local function turn()
    local reads, writes, seconds = collect()
    local can_read, can_write = socket.select(reads, writes, seconds)
    local now = socket.gettime()
    local old = running
    running = {}
    for _, task in ipairs(old) do
        local ready = task.want == "read" and can_read[task.handle]
            or task.want == "write" and can_write[task.handle]
        local late = task.deadline and now >= task.deadline
        local alive = true
        if task.arguments or ready or late then
            alive = step(task, ready ~= nil and ready ~= false)
        end
        if alive then
            running[#running + 1] = task
        end
    end
end

function tasks.run()
    while #running > 0 do
        turn()
    end
end

return tasks
