-- Where everything lies: the build's programs, the base programs, the Lua that runs them.

local paths = {}

local ours = {
    monitor = "mcdn-monitor",
    index = "mcdn-index",
    content = "mcdn-content",
    client = "mcdn",
}

local function exists(path)
    local file = io.open(path, "rb")
    if file then
        file:close()
    end
    return file ~= nil
end

-- The interpreter is the first word of the command line; `arg` counts it downwards.
local function interpreter(arg)
    local at = 0
    while arg[at - 1] do
        at = at - 1
    end
    return arg[at]
end

-- `here` is the scripts folder.
function paths.new(arg, here, options)
    local build = options.build or here .. "/../build"
    return {
        lua = interpreter(arg),
        scripts = here,
        bin = build .. "/bin",
        other_bin = options.other and options.other .. "/bin",
        modules = options.modules or build .. "/lua",
        launcher = options.launcher,
    }
end

-- Lets `require` find the process module.
function paths.use_modules(self)
    local suffix = package.config:sub(1, 1) == "\\" and "dll" or "so"
    package.cpath = ("%s/?.%s;%s"):format(self.modules, suffix, package.cpath)
end

local function program(bin, role)
    local path = ("%s/%s"):format(bin, ours[role])
    if not exists(path) and exists(path .. ".exe") then
        return path .. ".exe"
    end
    return path
end

-- Whether our programs are for Windows; under an emulator this machine need not be.
function paths.for_windows(self)
    return program(self.bin, "client"):find("%.exe$") ~= nil
end

-- The first words of a program's command line. kind: "ours", "other" (ours of the other build) or
-- "base".
function paths.command(self, role, kind)
    if kind == "base" then
        return { self.lua, ("%s/base/%s.lua"):format(self.scripts, role) }
    elseif kind == "other" then
        return { program(self.other_bin, role) }
    end
    local words = table.move(self.launcher, 1, #self.launcher, 1, {})
    words[#words + 1] = program(self.bin, role)
    return words
end

return paths
