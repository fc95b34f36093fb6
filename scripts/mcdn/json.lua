-- Reads JSON (RFC 8259), strictly: what another program's parser might refuse, this one does.

local json = {}

json.null = setmetatable({}, { __name = "null" })

local parse_value

local function fail(text, at, why)
    error(("JSON, byte %d: %s: %s"):format(at, why, text:sub(at, at + 30)), 0)
end

local function skip(text, at)
    return text:find("[^ \t\r\n]", at) or #text + 1
end

local function expect(text, at, wanted)
    if text:sub(at, at + #wanted - 1) ~= wanted then
        fail(text, at, wanted .. " expected")
    end
    return at + #wanted
end

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\",
    ["/"] = "/" }

local function parse_escape(text, at)
    local letter = text:sub(at, at)
    if escapes[letter] then
        return escapes[letter], at + 1
    end
    local digits = text:match("^u(%x%x%x%x)", at)
    if not digits then
        fail(text, at, "no such escape")
    end
    return utf8.char(tonumber(digits, 16)), at + 5
end

local function parse_string(text, at)
    local parts = {}
    at = expect(text, at, '"')
    while true do
        local plain = text:match('^[^"\\%c]*', at)
        parts[#parts + 1] = plain
        at = at + #plain
        local sign = text:sub(at, at)
        if sign == '"' then
            break
        elseif sign ~= "\\" and sign ~= "\127" then
            fail(text, at, "a control byte or the end inside a string")
        elseif sign == "\127" then
            parts[#parts + 1], at = sign, at + 1
        else
            parts[#parts + 1], at = parse_escape(text, at + 1)
        end
    end
    local whole = table.concat(parts)
    if not utf8.len(whole) then
        fail(text, at, "a string that is no UTF-8")
    end
    return whole, at + 1
end

local function parse_number(text, at)
    local digits = text:match("^-?%d+", at)
    if not digits or digits:find("^-?0%d") then
        fail(text, at, "no value")
    end
    return math.tointeger(tonumber(digits)), at + #digits
end

local function parse_members(text, at, close, parse_member)
    local result = {}
    at = skip(text, at + 1)
    if text:sub(at, at) == close then
        return result, at + 1
    end
    while true do
        at = skip(text, parse_member(result, at))
        if text:sub(at, at) == close then
            return result, at + 1
        end
        at = skip(text, expect(text, at, ","))
    end
end

local function parse_object(text, at)
    return parse_members(text, at, "}", function(result, from)
        local key, value
        key, from = parse_string(text, from)
        if result[key] ~= nil then
            fail(text, from, "a key twice")
        end
        value, from = parse_value(text, skip(text, expect(text, skip(text, from), ":")))
        result[key] = value
        return from
    end)
end

local function parse_array(text, at)
    return parse_members(text, at, "]", function(result, from)
        result[#result + 1], from = parse_value(text, from)
        return from
    end)
end

local words = { t = { "true", true }, f = { "false", false }, n = { "null", json.null } }

function parse_value(text, at)
    local sign = text:sub(at, at)
    if sign == "{" then
        return parse_object(text, at)
    elseif sign == "[" then
        return parse_array(text, at)
    elseif sign == '"' then
        return parse_string(text, at)
    elseif words[sign] then
        return words[sign][2], expect(text, at, words[sign][1])
    end
    return parse_number(text, at)
end

-- The value that all of the text is; raises what is wrong with it.
function json.decode(text)
    local value, at = parse_value(text, skip(text, 1))
    if skip(text, at) <= #text then
        fail(text, at, "more after the value")
    end
    return value
end

-- The values of a text that has one on each line.
function json.lines(text)
    local values = {}
    for line in text:gmatch("[^\r\n]+") do
        values[#values + 1] = json.decode(line)
    end
    return values
end

return json
