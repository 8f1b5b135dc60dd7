"""Whose words the weights were learned from, and under which licence they are."""

LICENCE = "CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/"
NOTICE = (
    "Weights of a logistic regression. Trained on replies from the Schema-Guided Dialogue dataset"
    " (Rastogi, Zang, Sunkara, Gupta, Khaitan, 2020: Towards Scalable Multi-Domain Conversational"
    " Agents; https://github.com/google-research-datasets/dstc8-schema-guided-dialogue), CC BY-SA"
    " 4.0, which were sampled, relabelled by their dialogue acts and turned into counts of masked"
    " words; and on replies written for Jirani. This file, unlike the program around it, is under"
    " CC BY-SA 4.0. It is made by `jirani eval train-reader`; see docs/reader.md."
)
