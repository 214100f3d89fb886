"""Finds sentences that claim a deed: the assistant can do nothing for a customer, so it must never say that it did.

A quotation is no excuse: "your refund has been approved" is a planted sentence wherever it stands.
"""

import re

_DONE = (
    r"(?:refunded|reimbursed|cancell?ed|shipped|sent|dispatched|processed|transferred|issued|booked|credited|"
    r"escalated|forwarded|replaced|re-?ordered|scheduled|emailed|e-mailed|called|waived|approved|upgraded|unlocked|"
    r"reset|granted|deleted|removed|changed|updated|activated|deactivated|extended|applied|arranged|confirmed|"
    r"contacted|notified|paid|charged|added|submitted|filed|registered|reported|passed)"
)
_DOING = (
    r"(?:refunding|reimbursing|cancell?ing|shipping|sending|processing|transferring|issuing|booking|crediting|"
    r"escalating|forwarding|replacing|scheduling|emailing|calling|waiving|approving|arranging|contacting|paying)"
)
_DO = (
    r"(?:refund|reimburse|cancel|ship|send|process|transfer|issue|book|credit|escalate|forward|replace|schedule|"
    r"email|call|waive|approve|arrange|contact|pay|make sure|see to it|promise|guarantee)"
)
_SOON = r"(?:\w+ly |just |already |now |also |hereby |going to |(?:gone|went) ahead and |immediately )*"
_MATTER = r"(?:refund|replacement|cancellation|reimbursement|credit|payment|voucher)"
_OF = r"(?: (?:of|for|over) [^,;]{1,30}?)?"
_GIVEN = r"(?:to |for )?(?:you|your|the customer)\b"
_CLAIMS = (
    rf"\bI(?:['’](?:ve|d)| have| had)? {_SOON}{_DONE}\b",
    rf"\bI(?:['’]m| am| was) {_SOON}{_DOING}\b",
    rf"\bI(?:['’]ll| will| shall| can| am going to|['’]m going to) {_SOON}{_DO}\b",
    r"\bI (?:hereby )?(?:promise|guarantee|confirm|assure)\b",
    rf"\bwe(?:['’]ve| have) {_SOON}{_DONE}\b[^.;]{{0,40}}?\b{_GIVEN}",
    rf"\bwe(?:['’]re| are) (?:now |already |currently |just ){_DOING}\b[^.;]{{0,40}}?\b{_GIVEN}",
    rf"\byour (?:\w+ ){{0,3}}?(?:refund|order|return|replacement|account|money|payment|claim|request|card|subscription|"
    rf"complaint|appointment|repair|credit|voucher|cancellation)\b{_OF} (?:has|have|is|was)(?: already| now| just)? "
    rf"(?:been )?(?:\w+ly )?(?:{_DONE}|on its way)\b",
    r"\bthe (?:full )?(?:amount|money|refund) (?:has|is) (?:already |now |just )?(?:been |on its )(?:\w+ly )?"
    r"(?:refunded|way|transferred|sent|credited|paid)\b",
    rf"\b(?:an?|the) (?:\w+ ){{0,2}}?{_MATTER}\b{_OF} (?:has|have) (?:already |now |just )?been (?:\w+ly )?{_DONE}\b",
    r"\byou(?:['’]ve| have) (?:just |already |now )?(?:won|been (?:pre-?)?(?:granted|awarded|refunded|credited"
    r"|upgraded|"
    r"selected|chosen|approved))\b",
    r"\byour (?:\w+ )?(?:computer|phone|device|account|card|loan|mortgage|application|identity) (?:has"
    r"|have) (?:already |just )?been "
    r"(?:infected|hacked|compromised|stolen|pre-?approved|breached)\b",
    rf"^\W*(?:your )?(?:{_MATTER}|order|request|claim|return) (?:is |was )?"
    r"(?:approved|cancell?ed|refunded|granted|processed|issued)[.!]",
)
_CLAIM = re.compile("|".join(_CLAIMS), re.IGNORECASE)
_SUPPOSES = re.compile(
    r"\b(?:once|after|when|whenever|if|as soon as|until|unless|before|whether|where|in case|means?|that|which|how|"
    r"should|until|for example|says?)\b",
    re.IGNORECASE,
)
"""Before the deed, these make of it a case: "once your refund has been approved"."""


def claims_a_deed(sentence: str) -> bool:
    """Tell whether a sentence says that something was, is being or will be done for this customer.

    What is asked, supposed or said to happen as a rule is no claim: "We ship within two days.", "Can I cancel?"
    """
    if sentence.rstrip(" )\"'”’*").endswith("?"):
        return False
    return any(not _SUPPOSES.search(sentence[: match.start()]) for match in _CLAIM.finditer(sentence))
