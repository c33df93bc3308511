"""Terms of the field as voices with phonemes say them, by what the spoken form has for them."""

PRONUNCIATIONS = {
    "arg max": "ˈɑɹɡmˌæks",
    "cos": "kˈOsIn",
    "ELU": "ˈilu",
    "GELU": "ɡˈɛlu",
    "ksee": "ksˈi",
    "logit": "lˈOʤɪt",
    "logits": "lˈOʤɪts",
    "MNIST": "ˈɛmnɪst",
    "ray loo": "ɹˈAlu",
    "ReLUs": "ɹˈAluz",
    "RMSprop": "ˌɑɹˌɛmˈɛspɹˌɑp",
    "SELU": "sˈɛlu",
    "SiLU": "sˈilu",
    "soft max": "sˈɔftmæks",
}
