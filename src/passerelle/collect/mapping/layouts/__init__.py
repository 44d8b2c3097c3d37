"""Exports of known tools, one file each; each says where its headers come from."""
