"""Where the ghost network starts: the linear reading of what it sees, fitted in closed form.

Ridge regression on good features beats most networks that start from nothing. So the network is given its solution and
only has to learn what is not linear.

Shape letters: B windows, J players, D inputs of a player, K steps.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from ghost_pipeline.models.ghost_net import GhostNet

PENALTY = 30.0

Batch = tuple[Tensor, Tensor, Tensor]
"""Inputs [B, J, D], what is wanted of them [B, J, K, 2] in units of the network (NaN where unknown), weights [B, J]."""


@torch.no_grad()
def start_linear(network: GhostNet, batches: Iterable[Batch]) -> None:
    """Set the linear part of `network` to the ridge solution, and its deviations to what that leaves.

    A path counts up to its first unknown step. So the sums of step k are those of all paths that are known as long or
    longer, and each path is added once.
    """
    K, D = network.config.steps, network.linear.in_features + 1
    device = network.linear.weight.device
    products = torch.zeros(K + 1, D, D, dtype=torch.float64, device=device)
    wanted_products = torch.zeros(K, D, 2, dtype=torch.float64, device=device)
    squares = torch.zeros(K, 2, dtype=torch.float64, device=device)
    counts = torch.zeros(K, dtype=torch.float64, device=device)
    for inputs, target, weight in batches:
        x = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=-1).flatten(0, 1).double()
        known = (~target.isnan().any(-1)).flatten(0, 1).cumprod(1)  # [B * J, K]
        y, w = torch.nan_to_num(target).flatten(0, 1).double(), weight.flatten().double()
        lasting, length = known * w[:, None], known.sum(1)
        for steps in length.unique():
            part = x[length == steps]
            products[steps] += part.T @ (part * w[length == steps, None])
        wanted_products += (x.T @ (y * lasting[..., None]).flatten(1)).unflatten(1, (K, 2)).transpose(0, 1)
        squares += torch.einsum("tkc,tk->kc", y.square(), lasting)
        counts += lasting.sum(0)
    of_step = products.flip(0).cumsum(0).flip(0)[1:]  # [K, D, D]
    penalty = PENALTY * torch.eye(D, dtype=torch.float64, device=device)
    penalty[-1, -1] = 1e-6
    # Cholesky: the sums are positive definite, and the LU of a stack hangs in some builds of MKL with several threads.
    solution = torch.cholesky_solve(wanted_products, torch.linalg.cholesky(of_step + penalty))  # [K, D, 2]
    network.linear.weight.copy_(solution[:, :-1].permute(0, 2, 1).flatten(0, 1))
    network.linear.bias.copy_(solution[:, -1].flatten())
    left = (
        squares - 2 * (solution * wanted_products).sum(1) + torch.einsum("kdc,kde,kec->kc", solution, of_step, solution)
    )
    sd = (left.clamp(min=0).sum(1) / (2 * counts.clamp(min=1))).sqrt().clamp(min=1e-2)
    network.log_sd_start.copy_(sd.log())
