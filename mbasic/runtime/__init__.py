"""What compiled code calls: the image and all that is done to it. No syntax."""
