"""Linear systems in closed form: exponentials of their matrices, eight subjects side by side."""
