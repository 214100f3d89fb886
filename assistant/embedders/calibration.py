"""Texts that tell how large a model's activations become: a few channels are always the largest, whatever is read."""

from typing import TYPE_CHECKING

from assistant.embedders.batching import inputs_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.embedders.onnx_quantise import Inputs

PAIRS = (
    ("How long do I have to return something?", "You may send back what you ordered within 30 days of delivery."),
    ("refund", "Refunds go to the card that was charged; banks take three to five working days to show them."),
    ("Does the Aria 5 work with a 230 V outlet in Ireland?", "All chargers take 100 to 240 volts, 50 or 60 hertz."),
    ("my parcel never arrived and nobody answers!!", "If tracking shows no scan for 5 days, write to us."),
    ("Who wrote the first constitution of the republic, and when?", "In 1849 a council of nine drew it up."),
    ("what's the warranty", "Frames: 10 years. Batteries: 2 years or 500 charges, whichever comes first."),
    ("Can I pay by invoice as a company based outside the EU?", "Invoices are open to companies after a check."),
    ("error E-417 after update", "Hold the power button for ten seconds, then install version 2.3.1 by cable."),
    ("is it safe to mix both medicines", "Ask a pharmacist first: some blood thinners must not be combined."),
    ("Why is the sky red in the evening?", "Blue light is scattered most, so less of it reaches an observer."),
    ("cancel subscription before trial ends, cost?", "A trial that is ended in time costs nothing (see section 4.2)."),
    ("Which of your stores are open on Sundays, and until when?", "Hamburg: 10-18 h. Leeds: closed. Online: always."),
    ("hello", "Welcome! Choose a language, then a country; prices are shown with tax."),
    ("ok", "Yes."),
    ("What percentage of voters supported the merger in 2016?", "It passed by 51.9 % against 48.1 %."),
    ("how do i configure tls termination on the load balancer", "Set `tls.secretName` on the ingress and redeploy."),
    ("配送にはどのくらいかかりますか", "通常は三日から五日です。"),
    ("Как вернуть товар?", "Товар можно вернуть в течение 14 дней."),
    ("¿Cuánto cuesta el envío a España? 😡", "El envío cuesta 4,90 € y tarda tres días 📦."),
    ("garantie cassée depuis mardi", "Die Gewährleistung beträgt zwei Jahre ab Übergabe."),
)
"""Questions, and texts that may answer them."""


def questions(tokenizer: "Tokenizer") -> "list[Inputs]":
    """Return the questions as a model takes them, and the texts, as questions too may be whole sentences."""
    tokenizer.no_padding()
    return [inputs_of(tokenizer.encode(text)) for pair in PAIRS for text in pair]


def questions_with_texts(tokenizer: "Tokenizer") -> "list[Inputs]":
    """Return each question with its text as a model takes both."""
    tokenizer.no_padding()
    return [inputs_of(tokenizer.encode(question, text)) for question, text in PAIRS]
