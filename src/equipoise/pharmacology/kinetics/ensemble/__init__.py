"""Differential equations of many subjects at once: eight side by side, each at its own pace."""
