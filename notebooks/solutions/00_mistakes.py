# %% exercise-1: login is ada
practice.user("ada").remove(app)
state = new_state()
redirect = practice.browser.open(authorization_url(app, state=state)).allow()
code = read_callback(app, redirect.url, expected_state=state)
answer = request_resource(app, request_token(app, code), "/user")

# %% exercise-1: hand over the response
practice.user("ben").remove(app)
ben = practice.new_browser()
state = new_state()
redirect = ben.open(authorization_url(app, state=state)).sign_in("ben").allow()
answer = request_token(app, read_callback(app, redirect.url, expected_state=state))

# %% exercise-1: a list
practice.user("ben").remove(app)
ben = practice.new_browser()
state = new_state()
redirect = ben.open(authorization_url(app, state=state)).sign_in("ben").allow()
code = read_callback(app, redirect.url, expected_state=state)
answer = request_resource(app, request_token(app, code), "/user/repos")

# %% exercise-1: refused
answer = request_resource(app, "gho_" + "0" * 36, "/user")

# %% exercise-2: missing
numbers = {1, 2, 3}

# %% exercise-2: server to server
numbers = {1, 2, 3, 4, 5, 6}

# %% exercise-2: no exchange
numbers = {0, 1, 2, 3, 4, 5}

# %% exercise-2: set of numbers
numbers = "1, 2"
