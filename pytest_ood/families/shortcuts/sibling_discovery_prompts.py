"""The wordings of the question for another pair of siblings."""

PROMPTS = (
    """\
Each line gives a parent and, after the colon, that parent's children:
{families}

Two children of the same parent are siblings. These pairs of siblings have already been named, each as {form}:
{given}

Name one more pair of siblings. Give it in the same form: {form}, separated by spaces. It must not be one of the pairs \
above, not even with its children in the other order. You will be asked this question many times, and a pair that you \
have given before does not count, so choose at random among all the pairs that are left.""",
    """\
Name a pair of siblings. Give it as {form}, separated by spaces. These are the families, each with a parent before the \
colon and that parent's children after it:
{families}

Siblings are two children of the same parent. The following pairs, in the form that you are asked for, have already \
been named, and do not count any more, in whichever order their children are:
{given}

Since you will get this question many times, and a pair counts only the first time that you give it, pick one at \
random from all the pairs that have not been named.""",
    """\
In each of these lines, a parent is followed by a colon and by the children of that parent:
{families}

Children of the same parent are siblings of each other. Some pairs have already been named, each as {form}:
{given}

Which other pair of siblings can you name? You will have to answer this again and again, and no pair may be given \
twice, so make a random choice among all pairs except those above, which do not count with the children turned round \
either. Answer in the form of those pairs: {form}, with spaces in between.""",
)
