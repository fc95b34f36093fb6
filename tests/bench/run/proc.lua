-- What Linux tells about this machine and its processes.

local folder = require("process.folder")

local proc = {}

local TICKS_PER_S = 100 -- as /proc counts on every machine of today

local function read(path)
    local file = io.open(path, "rb")
    if not file then
        return ""
    end
    local text = file:read("a") or ""
    file:close()
    return text
end

-- Bytes of memory that a process has now.
function proc.memory(pid)
    local kilobytes = read(("/proc/%d/status"):format(pid)):match("VmRSS:%s+(%d+) kB")
    return math.tointeger(tonumber(kilobytes or 0)) * 1024
end

-- The fields of a process' stat behind its name; nil when it is gone.
local function stat_of(pid)
    local rest = read(("/proc/%d/stat"):format(pid)):match("%)(.*)")
    if not rest then
        return nil
    end
    local fields = {}
    for field in rest:gmatch("%S+") do
        fields[#fields + 1] = tonumber(field) or field
    end
    return fields
end

-- Seconds of processor time that it has used.
function proc.cpu_seconds(pid)
    local fields = stat_of(pid)
    return (fields[12] + fields[13]) / TICKS_PER_S
end

local function is_ours(pid, all, own)
    while all[pid] and pid ~= own do
        pid = all[pid][2] -- its parent
    end
    return pid == own
end

-- Seconds of processor time that all processes but this one and its children have used, with those
-- of their children that ended.
function proc.foreign_seconds()
    local all, ticks = {}, 0
    for _, entry in ipairs(folder.list("/proc")) do
        local pid = math.tointeger(tonumber(entry.name))
        all[pid or 0] = pid and stat_of(pid)
    end
    local own = math.tointeger(tonumber(read("/proc/self/stat"):match("^%d+")))
    for pid, fields in pairs(all) do
        if not is_ours(pid, all, own) then
            ticks = ticks + fields[12] + fields[13] + fields[14] + fields[15]
        end
    end
    return ticks / TICKS_PER_S
end

-- Datagrams that the system dropped because the socket of this port was full.
function proc.udp_drops(port)
    local drops = 0
    for _, path in ipairs({ "/proc/net/udp", "/proc/net/udp6" }) do
        for line in read(path):gmatch("[^\n]+") do
            local local_port = line:match("^%s*%d+: %x+:(%x+) ")
            if local_port and tonumber(local_port, 16) == port then
                drops = drops + tonumber(line:match("(%d+)%s*$"))
            end
        end
    end
    return drops
end

local function version_of(command)
    local pipe = io.popen(command .. " 2>&1")
    local text = pipe and pipe:read("l") or ""
    if pipe then
        pipe:close()
    end
    return text:match("%d+%.%d+[%d.]*") or "-"
end

function proc.cores()
    local _, cores = read("/proc/cpuinfo"):gsub("processor%s*:", "")
    return cores
end

-- What figures depend on, for the report.
function proc.machine()
    local cpus = read("/proc/cpuinfo")
    return {
        cpu = cpus:match("model name%s*:%s*([^\n]+)") or "unknown",
        cores = proc.cores(),
        memory_gib = tonumber(read("/proc/meminfo"):match("MemTotal:%s+(%d+)")) // (1024 * 1024),
        kernel = read("/proc/sys/kernel/osrelease"):match("^[%d.]+"),
        system = read("/etc/os-release"):match('PRETTY_NAME="([^"]+)"') or "Linux",
        is_virtual = cpus:find("hypervisor", 1, true) ~= nil,
        nginx = version_of("nginx -v"),
        redis = version_of("redis-server --version"),
        curl = version_of("curl --version"),
        aria2 = version_of("aria2c --version"),
        date = os.date("%Y-%m-%d"),
    }
end

-- Lets go of a file's pages in memory, so that the next reader waits for the disk. What is not
-- written yet would stay.
function proc.forget_file(path)
    local fine = os.execute(("sync '%s' && dd if='%s' iflag=nocache count=0 status=none"):format(
        path, path))
    assert(fine, "dd cannot drop " .. path .. " from the cache")
end

return proc
