# %% exercise-1: this is no function
own_page = "/"


# %% exercise-1: is a return missing
def own_page(address):
    address or "/"


# %% exercise-1: a whole address names its host
def own_page(address):
    return address or "/"


# %% exercise-1: two slashes begin a host
def own_page(address):
    return address if address and address.startswith("/") else "/"


# %% exercise-1: browsers take any number of slashes for two
def own_page(address):
    from urllib.parse import urlsplit

    return address if address and not urlsplit(address).netloc else "/"


# %% exercise-1: browsers take a backslash for a slash
def own_page(address):
    text = address or ""
    return text if text[:1] == "/" and text[1:2] != "/" else "/"


# %% exercise-1: browsers leave out a tab
def own_page(address):
    text = address or ""
    return text if text[:1] == "/" and text[1:2] not in ("/", "\\") else "/"


# %% exercise-1: broke with ValueError
def own_page(address):
    from urllib.parse import urlsplit

    text = address or ""
    plain = all(char > " " and char != "\\" for char in text)
    own = plain and text[:1] == "/" and text[:3] != "///"
    return text if own and not urlsplit(text).netloc else "/"


# %% exercise-1: which should be '/events/7/'
def own_page(address):
    return "/"


# %% exercise-2: this is no function
user_of = bot.client_id


# %% exercise-2: is a return missing
def user_of(token):
    inspect_token(bot, token)


# %% exercise-2: something else than Ada's user_id
def user_of(token):
    return request_resource(bot, token, "/me").json()["name"]


# %% exercise-2: it was given to another application
def user_of(token):
    return request_resource(bot, token, "/me").json()["id"]


# %% exercise-2: look at is_valid first
def user_of(token):
    return inspect_token(bot, token).user_id


# %% exercise-2: the application's own token is valid, and nobody's
def user_of(token):
    from oauth_steps import ResourceRefused

    told = inspect_token(bot, token)
    if not told.is_valid or told.client_id != bot.client_id:
        raise ResourceRefused("not ours")
    return told.user_id


# %% exercise-2: your function broke with
def user_of(token):
    told = inspect_token(bot, token)
    assert told.is_valid and told.client_id == bot.client_id
    return told.user_id
