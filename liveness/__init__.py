"""A live person, and the right one: challenges, judgement of camera frames, and 1:1 face matching.

The library stands alone: it knows cv2, numpy and face_recognition, and nothing of web frameworks
or of the identity provider. A caller draws a `Challenge`, pushes frames into a `Session`, acts on
its `Guidance` and takes its `Decision`; a `Matcher` compares `Template`s.
"""
