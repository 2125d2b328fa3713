"""Distil a teacher into a student in PyTorch, from all logits and from the K most probable."""

import torch

import divergences as dv

CONTEXTS, WIDTH, SMALL, VOCABULARY, K = 300, 24, 12, 500, 50
torch.manual_seed(0)


def model(width, scale):
    """Return a table of hidden states with a last layer."""
    last = torch.nn.Linear(width, VOCABULARY, bias=False)
    torch.nn.init.normal_(last.weight, std=scale / width**0.5)
    return torch.nn.Sequential(torch.nn.Embedding(CONTEXTS, width), last)


contexts = torch.arange(CONTEXTS)
with torch.no_grad():
    teacher = model(WIDTH, 3.0)(contexts)  # logits
    known = dv.TopLogProbs(*torch.topk(torch.log_softmax(teacher, -1), K))  # what is stored


def train(loss, steps=60):
    """Return the logits of a student after some steps of Adam."""
    torch.manual_seed(1)
    student = model(SMALL, 0.1)
    optimizer = torch.optim.Adam(student.parameters(), lr=0.05)
    for step in range(steps):
        optimizer.zero_grad()
        value = loss(student(contexts))
        value.backward()
        optimizer.step()
        if step % 20 == 0 or step == steps - 1:
            print(f"step {step:2d}: {value.item():.3f}")
    with torch.no_grad():
        return student(contexts)


def full(student):
    """Return KL of all outcomes, a mean over tokens."""
    return dv.kl_divergence(dv.Logits(teacher), dv.Logits(student)).mean()


def of_top(student):
    """Return KL of K outcomes and the rest as one."""
    return dv.kl_divergence(known, dv.Logits(student)).mean()


print("From all logits")
train(full)
print(f"From the {K} most probable tokens")
student = train(of_top)
print(f"over all: {full(student).item():.3f}")
