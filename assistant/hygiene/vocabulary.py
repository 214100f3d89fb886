"""English words by what they do in a sentence about goods and services: name a subject, narrow it, or say little."""

from assistant.terms import stem

SAME = {
    stem(word): stem(group.split()[0])
    for group in (
        "deliver delivery deliveries ship shipping shipped shipment send|refund refunds reimburse reimbursed "
        "reimbursement|"
        "cost costs price prices priced charge charged fee fees pay paid pays|phone telephone phones telephones|"
        "email e-mail emails e-mails|valid validity expire expires expired|warranty guarantee guaranteed|parcel "
        "package|"
        "reply replies answer answered answers respond|return returned returns|cancel cancelled cancellation|"
        "weigh weighs weight|minute minutes|collect collected collection pickup|store shop showroom|charge-time "
        "charging|"
        "recharge charge|start starts begin begins|repair repairs repaired"
    ).split("|")
    for word in group.split()
}
_LIGHT_WORDS = """accept
    accepted allow allowed offer offered take takes apply applies product products item items article
    articles good goods order orders ordered customer customers shop store buy receive receives use used make
    period time day days usual usually normal normally standard regular always available possible include
    included cover covered support supported require required necessary need needed mandatory open cost price
    charge fee pay free usually long question questions faq manual technical detail details rule rules page
    information overview guide policy policies term terms conditions date full total amount value per come comes
    arrive arrives last lasts reach work works keep kept hold business working euro euros about approximately
    least most up between calendar every each also news press imprint comparison announcement unavailable
    impossible forbidden prohibited excluded excludes refused rejected invalid unsupported optional voluntary
    free enable enabled permitted cannot both two extra current currently new whole have has more less before
    after within back"""
LIGHT = frozenset({SAME.get(stem(word), stem(word)) for word in _LIGHT_WORDS.split()} - {""})
PREDICATES = frozenset(
    SAME.get(stem(word), stem(word))
    for word in """available unavailable possible impossible allowed permitted forbidden prohibited included excluded
    excludes covered accepted refused rejected required necessary needed mandatory optional
    voluntary supported unsupported free open valid invalid enabled""".split()
)
"""Words that say something of a subject rather than name it."""

QUALIFIERS = frozenset(
    stem(word)
    for word in """express enterprise starter professional gold silver bronze platinum advanced beginner priority
    standard business private student teacher school staff guest member outlet refurbished used
    digital printed online wired wireless premium basic pro plus mini max lite outdoor indoor left
    right front back small large medium first second monthly yearly annual daily weekly weekday
    weekend monday tuesday wednesday thursday friday saturday sunday summer winter holiday
    christmas domestic international abroad faulty defective damaged engraved personalised gift
    sealed opened broken unbroken empty adult child children""".split()
) - {stem("standard")}
PLACES = {
    alias: aliases.split("/")[0]
    for aliases in (
        "germany/german/germans austria/austrian switzerland/swiss liechtenstein france/french "
        "netherlands/dutch/holland "
        "belgium/belgian luxembourg denmark/danish sweden/swedish norway/norwegian finland/finnish italy/italian "
        "spain/spanish portugal/portuguese poland/polish uk/british/britain/kingdom england/english scotland/scottish "
        "wales "
        "ireland/irish northern usa/us/american/america canada/canadian eu/european europe japan/japanese "
        "china/chinese "
        "australia/australian india/indian brazil mexico alaska hawaii corsica hungary greece/greek turkey czech "
        "romania "
        "croatia slovenia slovakia estonia latvia lithuania iceland cyprus malta islands"
    ).split()
    for alias in aliases.split("/")
}
