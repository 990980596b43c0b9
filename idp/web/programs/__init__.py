"""The addresses that programs call: answered without the framework of the pages, which none of them needs."""
