-- What the base programs share: options, log lines, Python's split().

local common = {}

-- The options given over the defaults; other words are the list.
function common.options(defaults)
    local values = setmetatable({}, { __index = defaults })
    local words = {}
    local at = 1
    while arg[at] do
        local name = arg[at]:match("^%-%-(.+)$")
        if name == "list" or name == "servers" then
            values[name] = true
        elseif name then
            at = at + 1
            values[name] = arg[at]
        else
            words[#words + 1] = arg[at]
        end
        at = at + 1
    end
    return values, words
end

function common.logger(who)
    io.stdout:setvbuf("line")
    return function(format, ...)
        print(("[%s] [%s] %s"):format(os.date("%Y-%m-%d %H:%M:%S"), who, format:format(...)))
    end
end

-- A bare container may lack /etc/hosts and with it the name.
function common.ip(host)
    return host == "localhost" and "127.0.0.1" or host
end

-- Python's text.split()
function common.split(text)
    local fields = {}
    for field in text:gmatch("%S+") do
        fields[#fields + 1] = field
    end
    return fields
end

-- Python's text.strip()
function common.strip(text)
    return text:match("^%s*(.-)%s*$")
end

function common.starts_with(text, start)
    return text:sub(1, #start) == start
end

-- Python's int(text): raises on anything else.
function common.int(text)
    local number = text and text:match("^[+-]?%d+$")
    if not number then
        error("invalid literal for int(): " .. tostring(text))
    end
    return math.tointeger(tonumber(number))
end

return common
