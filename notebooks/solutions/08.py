# %% exercise-1
def own_page(address):
    text = address or ""
    plain = all(char > " " and char != "\\" for char in text)
    return text if plain and text[:1] == "/" and text[1:2] != "/" else "/"


# %% exercise-2
def user_of(token):
    from oauth_steps import ResourceRefused, inspect_token

    told = inspect_token(bot, token)
    if not told.is_valid or told.client_id != bot.client_id or not told.user_id:
        raise ResourceRefused("this is no token of a user that was given to us")
    return told.user_id
