"""The X12 837: a lossless tokenizer, guides as data, a reader of claims and a patcher of bytes."""
