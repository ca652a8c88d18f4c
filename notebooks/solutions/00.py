# %% exercise-1
practice.user("ben").remove(app)
ben = practice.new_browser()
state = new_state()
redirect = ben.open(authorization_url(app, state=state)).sign_in("ben").allow()
code = read_callback(app, redirect.url, expected_state=state)
answer = request_resource(app, request_token(app, code), "/user")

# %% exercise-2
numbers = {1, 2, 3, 4, 5}
