# %% exercise-1
first.model.reset().send().sign_in("ada").allow().send().go_to(3).send().send_again()
second.model.reset().send().sign_in("ada").allow().send().go_to(3)
second.model.edit(redirect_uri="https://notes.example/elsewhere").send()
two_refusals = first, second


# %% exercise-2
my_story = Story(
    name="removed too soon",
    about="Ada changes her mind.",
    question="Ada has allowed Notes, and removes it a minute later. Its code is not redeemed yet. Is it still good?",
    watch="Step 4.",
    answer="No: with the application its codes go, too.",
    before=(
        script.send(),
        script.sign_in("ada"),
        script.allow(),
        script.send(),
        script.go_to(3),
        script.advance(minutes=1),
        script.remove_application(),
    ),
    then=(script.send(),),
)
