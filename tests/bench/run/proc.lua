-- What Linux tells about this machine and its processes.

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

-- Seconds of processor time that it has used.
function proc.cpu_seconds(pid)
    local fields = {}
    for field in read(("/proc/%d/stat"):format(pid)):match("%)(.*)"):gmatch("%S+") do
        fields[#fields + 1] = field
    end
    return (tonumber(fields[12]) + tonumber(fields[13])) / TICKS_PER_S
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

-- What figures depend on, for the report.
function proc.machine()
    local cpus = read("/proc/cpuinfo")
    local _, cores = cpus:gsub("processor%s*:", "")
    return {
        cpu = cpus:match("model name%s*:%s*([^\n]+)") or "unknown",
        cores = cores,
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

-- What others do with the machine while we measure shows in every figure.
function proc.load_average()
    return tonumber(read("/proc/loadavg"):match("^%S+"))
end

-- Lets go of a file's pages in memory, so that the next reader waits for the disk. What is not
-- written yet would stay.
function proc.forget_file(path)
    local fine = os.execute(("sync '%s' && dd if='%s' iflag=nocache count=0 status=none"):format(
        path, path))
    assert(fine, "dd cannot drop " .. path .. " from the cache")
end

return proc
