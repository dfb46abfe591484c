"""The mark by which published questions and answers can be kept out of training corpora."""

CANARY = "pytest-ood:canary:7c0f2a4e-5b1d-4c36-9e8a-2f6d1b93a5e0"
