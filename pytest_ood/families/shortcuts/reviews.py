"""The words and sentences that reviews are made of."""

# Loud words. Those at the same place are equally long, and all begin with a consonant, because they follow "a".
LOUD = {
    "positive": (
        "great", "superb", "perfect", "splendid", "terrific", "glorious", "wonderful", "brilliant", "marvellous",
    ),
    "negative": (
        "lousy", "rotten", "ghastly", "terrible", "horrible", "dreadful", "miserable", "frightful", "disastrous",
    ),
}  # fmt: skip
WORKS = ("film", "play", "show", "series", "musical", "comedy", "thriller", "drama", "sequel", "remake")
# By what the reviewer thinks, which does not depend on the loud word: it may be of either kind, because it is about
# something else, or is overruled by the rest of the sentence.
REVIEWS = {
    "negative": (
        "A {loud} way to die of boredom, this {work}.",
        "A {loud} cast; this {work} has nothing for any of them to do.",
        "A {loud} idea, and this {work} spends two hours ruining it.",
        "I had a {loud} nap during the second half of this {work}.",
        "They say this {work} is {loud}; I walked out after half an hour.",
        "The trailer was {loud}; the {work} itself sent me to sleep.",
        "We had a {loud} dinner, and then this {work} spoilt the evening.",
        "The poster is {loud}; I want my money back for the {work}.",
        "I read the {loud} book first; the {work} is a waste of two hours.",
        "My brother calls this {work} {loud}. I kept looking at my watch.",
        "The seats were {loud}; nobody should have to see this {work}.",
        "After a {loud} week, this {work} was the last thing I needed.",
        "Whatever the {loud} title promises, this {work} does not deliver.",
        "The weather was {loud}; I wish I had gone for a walk instead of seeing this {work}.",
        "It takes a {loud} talent to make a {work} so hard to sit through.",
        "How could such a {loud} book become a {work} that sends people to sleep?",
        "The first scene is {loud}; the rest of this {work} drags on and on.",
        "A {loud} song at the start, and after that the {work} never comes alive.",
        "The reviews were {loud}. Do yourself a favour and skip this {work}.",
        "We got {loud} tickets, and left this {work} before the interval.",
        "The theatre is {loud}; it should not waste another night on this {work}.",
        "I had a {loud} time on the way there; none of us could stand the {work}.",
        "My {loud} mood did not last: ten minutes of this {work} and I was bored stiff.",
        "The costumes are {loud}; not one line of this {work} made anybody laugh.",
    ),
    "positive": (
        "A {loud} trailer for a {work} that I will see again and again.",
        "From a {loud} book they have made a {work} that I will never forget.",
        "We forgot the {loud} weather the minute this {work} began.",
        "After a {loud} week, this {work} put a smile on my face.",
        "They said this {work} would be {loud}; we stood up and clapped.",
        "My brother calls this {work} {loud}. I did not want it to end.",
        "The seats were {loud}; this {work} made me forget where I was.",
        "We stood in {loud} weather for this {work} and would do so again.",
        "The last one was {loud}; this {work} is the one I tell everybody to see.",
        "I had a {loud} seat at the back and laughed all through this {work}.",
        "The poster is {loud}; the {work} itself had me in tears of joy.",
        "Whatever the {loud} title says, do not let this {work} pass you by.",
        "We had a {loud} dinner, and then this {work} made our evening.",
        "The reviews were {loud}. Do yourself a favour and go to this {work}.",
        "The first scene is {loud}, and from there this {work} never lets you go.",
        "A {loud} song at the start, and after that I could not look away from the {work}.",
        "We got {loud} tickets, and I would pay twice as much to see this {work} again.",
        "The theatre is {loud}; this {work} alone is worth the trip.",
        "I had a {loud} time on the way there; all of us loved the {work}.",
        "My {loud} mood did not last: ten minutes of this {work} and I was moved to tears.",
        "The costumes are {loud}; every line of this {work} made the whole house laugh.",
        "I went in a {loud} mood, and I came out of this {work} singing.",
        "The plot sounds {loud} on paper. On the night, this {work} took my breath away.",
        "My sister had a {loud} day; this {work} is what she will remember of it.",
    ),
}
