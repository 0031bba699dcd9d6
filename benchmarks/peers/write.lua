-- wrk's request script: one line of the file after the other, `token path body`, from the line that is named.
-- "#n" in a body becomes the number of the request.
local lines, next_line = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local token, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
        lines[#lines + 1] = {token, path, body}
    end
    next_line = tonumber(args[2])
end

function request()
    local line = lines[next_line % #lines + 1]
    next_line = next_line + 1
    local headers = {["Authorization"] = "Bearer " .. line[1], ["Content-Type"] = "application/json"}
    return wrk.format("POST", line[2], headers, (line[3]:gsub("#n", tostring(next_line))))
end
