"""Guards weakened one at a time: does some scenario or test of their rules notice?"""
