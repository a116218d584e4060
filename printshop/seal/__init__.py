"""The seal: takes a document's code, gives its QR text; and reads it back."""
